// dmn-js knows DMN 1.3; 1.2, 1.4 and 1.5 differ from it in their names of the standard's spaces, which are kept.
const SPACES = ['MODEL', 'DMNDI'] as const;
const KNOWN = '20191111';

export interface Opened {
  xml: string;
  /** Write the names of the spaces as the file had them. */
  close: (xml: string) => string;
}

export function open(xml: string): Opened {
  const found: (readonly [string, string])[] = [];
  let text = xml;
  for (const space of SPACES) {
    const other = new RegExp(`(["'])(https?://www\\.omg\\.org/spec/DMN/(\\d{8})/${space}/)\\1`).exec(xml);
    const known = `https://www.omg.org/spec/DMN/${KNOWN}/${space}/`;
    if (other?.[2] && other[2] !== known) {
      text = text.replaceAll(other[2], known);
      found.push([known, other[2]]);
    }
  }
  return { xml: text, close: (written) => found.reduce((all, [known, own]) => all.replaceAll(`"${known}"`, `"${own}"`), written) };
}
