declare module 'bpmn-js-i18n-zh/lib/bpmn-js/index.js' {
  const words: { [text: string]: string };
  export default words;
}
declare module 'diagram-js-minimap' {
  const minimap: { [name: string]: unknown };
  export default minimap;
}
