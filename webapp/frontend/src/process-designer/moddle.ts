// The words of our own extension elements; everything else under extensionElements stays as it was.
type Attribute = { name: string; isAttr: true; type: 'String' };
interface Type {
  name: string;
  superClass: string[];
  properties: ({ name: string; type: string; isAttr?: boolean; isBody?: boolean; isMany?: boolean })[];
}

function type(name: string, ...attributes: string[]): Type {
  return { name, superClass: ['Element'], properties: attributes.map((each): Attribute => ({ name: each, isAttr: true, type: 'String' })) };
}

export const qc = {
  name: 'Qingche',
  prefix: 'qc',
  uri: 'urn:qingche:bpmn:1',
  xml: { tagAlias: 'lowerCase' },
  associations: [],
  types: [
    type('Candidate', 'role', 'unit', 'starter', 'user'),
    type('Due', 'value'),
    type('Lookup', 'register', 'key', 'as'),
    type('Set', 'name', 'value'),
    type('Input', 'name', 'value'),
    type('Output', 'name', 'value'),
    type('Unit', 'value'),
    type('Call', 'method', 'url', 'headers', 'body', 'timeout', 'attempts', 'result', 'map', 'error'),
    type('Correlation', 'value'),
    type('Topic', 'value'),
    type('Title', 'value'),
    type('Number', 'template', 'at', 'scope'),
    type('Fact', 'name', 'value'),
    type('Reader', 'role', 'unit'),
    type('Starter', 'role'),
    type('Category', 'value'),
  ],
};
