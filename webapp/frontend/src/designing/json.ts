// JSON by paths of keys, as the server names them.
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Obj = { [key: string]: Json };
export type Path = readonly string[];

export function isObj(value: Json | undefined): value is Obj {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function get(root: Json, path: Path): Json | undefined {
  let here: Json | undefined = root;
  for (const key of path) here = isObj(here) ? here[key] : undefined;
  return here;
}

/** Find the object at a path, making what is missing. */
export function reach(root: Obj, path: Path): Obj {
  let here = root;
  for (const key of path) {
    const next = here[key];
    here = isObj(next) ? next : ((here[key] = {}) as Obj);
  }
  return here;
}

/** Set one member; undefined and empty text take it away. */
export function put(holder: Obj, key: string, value: Json | undefined): void {
  if (value === undefined || value === '') delete holder[key];
  else holder[key] = value;
}

export function copy<T extends Json>(value: T): T {
  return structuredClone(value);
}

/** Rename one member and keep its place. */
export function renameMember(holder: Obj, from: string, to: string): void {
  const members = Object.entries(holder);
  for (const [key] of members) delete holder[key];
  for (const [key, value] of members) holder[key === from ? to : key] = value;
}
