// What the server answers to the form designer.
import type { Item } from './model.ts';
import type { Json, Obj } from '../designing/json.ts';

export interface Finding {
  severity: string;
  pointer: string;
  line: number | null;
  message: string;
  in_ui: boolean;
}
export interface Rule {
  pointer: string;
  uiAt: string[];
  title: string;
  rule: string;
  index: number | null;
  feel: string;
  message: string | null;
  level: string | null;
  model: Obj | null;
  /** Of qc:set: what is filled in, as FEEL and, where it is a plain value, as that. */
  value?: string;
  literal?: { value: Json } | null;
  /** Of qc:options: when which are left; null for what only a formula says. */
  cases?: Case[] | null;
}
export interface Case {
  when: string;
  only: Json[];
  model: Obj | null;
}
export interface Drawn {
  html: string;
  items: Item[];
  findings: Finding[];
  rules: Rule[];
  rights: { [view: string]: { [pointer: string]: string } };
  asked: number;
}
export interface Alike {
  pointer: string;
  title: string;
  where: string;
  owner: string;
  ownerTitle: string;
  column: string;
  columnTitle: string;
}
