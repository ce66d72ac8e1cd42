// bpmn-js in the page's language: the community's Chinese, with our own words where they are plainer.
import zh from 'bpmn-js-i18n-zh/lib/bpmn-js/index.js';

type Words = { [text: string]: string };

const OWN: Words = {
  'Sequential multi-instance': '逐个办',
  'Parallel multi-instance': '分头同时办',
  Loop: '重复办',
  'Open minimap': '缩略图',
  'Close minimap': '收起缩略图',
};

export function translation(language: 'zh' | 'en'): { translate: ['value', (text: string, facts?: Words) => string] } {
  const words: Words = language === 'zh' ? { ...(zh as Words), ...OWN } : {};
  return {
    translate: ['value', (text, facts = {}) => (words[text] ?? text).replace(/\{(\w+)\}/g, (hit, name: string) => facts[name] ?? hit)],
  };
}
