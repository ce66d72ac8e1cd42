declare module 'dmn-js/lib/Modeler' {
  import type { Moddle } from './model.ts';

  export interface View {
    element: Moddle;
    id: string;
    name: string;
    type: 'drd' | 'decisionTable' | 'literalExpression' | 'boxedExpression';
  }
  export interface Viewer {
    get: <T>(name: string) => T;
    on: (event: string, act: () => void) => void;
  }
  export default class Modeler {
    constructor(options: { [name: string]: unknown });
    importXML(xml: string): Promise<{ warnings: { message: string }[] }>;
    saveXML(options?: { format?: boolean }): Promise<{ xml: string }>;
    getDefinitions(): Moddle;
    getViews(): View[];
    getActiveView(): View | undefined;
    getActiveViewer(): Viewer | undefined;
    open(view: View): Promise<unknown>;
    on<T>(event: string, act: (given: T) => void): void;
    _moddle: { create: (type: string, words?: { [word: string]: unknown }) => Moddle; ids: { nextPrefixed: (prefix: string) => string } };
  }
}
