// What a form of a definition gets on top of plain HTML: search in long lists, rows without a new page, rules that
// follow at once, a warning before typed text is lost. All of it works without, by buttons that submit.
import { narrowCascades } from './cascade.ts';
import { fillByPasting } from './fill.ts';
import { filterLongSelects } from './filter-options.ts';
import { keepTyped } from './keep-typed.ts';
import { selectListed } from './pick-listed.ts';
import { tickManySelects } from './pick-many.ts';
import { pickPoints } from './points.ts';
import { writeRich } from './rich.ts';
import { exchangeRows } from './rows.ts';
import { followRules } from './rules.ts';
import { drawSignatures } from './sign.ts';
import { showSliders } from './sliders.ts';
import { showTabs } from './tabs.ts';

function enrich(root: ParentNode): void {
  tickManySelects(root);
  selectListed(root);
  filterLongSelects(root);
  drawSignatures(root);
  writeRich(root);
  pickPoints(root);
  showSliders(root);
  showTabs(root);
}

enrich(document);
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-keep]')) {
  exchangeRows(form, enrich);
  followRules(form, enrich);
  narrowCascades(form);
  fillByPasting(form);
  keepTyped(form);
}
