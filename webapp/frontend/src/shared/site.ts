// What every page gets; each page works without it.
import '../styles/index.css';

import { openDialogs } from './dialogs.ts';
import { focusErrors } from './errors.ts';
import { printAndCopy } from './paper.ts';
import { sendOnce } from './send-once.ts';

focusErrors(document);
openDialogs(document);
sendOnce(document);
printAndCopy(document);
