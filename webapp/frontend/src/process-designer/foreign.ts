// Extension elements of other tools, SpiffWorkflow's among them, stay untyped: no word of theirs needs to be known here.
import type Modeler from 'bpmn-js/lib/Modeler';

import type { Moddle } from './model.ts';

export interface Foreign extends Moddle {
  $descriptor: { isGeneric?: boolean; ns: { prefix: string; localName: string; uri: string } };
  $children?: Foreign[];
  $body?: string;
}
interface Model {
  createAny: (type: string, uri: string, words: object) => Foreign;
}
export const SPIFFWORKFLOW = 'http://spiffworkflow.org/bpmn/schema/1.0/core';

export function isForeign(value: unknown): value is Foreign {
  return (value as Foreign | null)?.$descriptor?.isGeneric === true;
}

/** Tell whether an element is SpiffWorkflow's of this name, whatever prefix the file gives it. */
export function isSpiff(value: unknown, name: string): value is Foreign {
  return isForeign(value) && value.$descriptor.ns.uri === SPIFFWORKFLOW && value.$descriptor.ns.localName === name;
}

export function spiff(modeler: Modeler, name: string, words: object): Foreign {
  return modeler.get<Model>('moddle').createAny(`spiffworkflow:${name}`, SPIFFWORKFLOW, words);
}

/** The library leaves untyped elements behind when it copies an element or changes its kind; here they go along. */
export function carryForeign(modeler: Modeler): void {
  const model = modeler.get<Model>('moddle');
  const copied = (from: Foreign): Foreign => {
    const { $type, $children, ...words } = from;
    const made = model.createAny($type, from.$descriptor.ns.uri, words);
    if ($children) made.$children = $children.map((each) => Object.assign(copied(each), { $parent: made }));
    return made;
  };
  modeler.get<{ on: (event: string, priority: number, act: (context: { property: unknown }) => Foreign | undefined) => void }>('eventBus').on('moddleCopy.canCopyProperty', 1500, ({ property }) => (isForeign(property) ? copied(property) : undefined));
}
