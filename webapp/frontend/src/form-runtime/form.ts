// What a form of a definition gets on top of plain HTML: search in long lists, a warning before typed text is lost.
import { filterLongSelects } from './filter-options.ts';
import { keepTyped } from './keep-typed.ts';

filterLongSelects(document);
keepTyped(document);
