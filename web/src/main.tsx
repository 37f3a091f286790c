import { render } from 'preact';

import { ask } from './ask.ts';
import { openBoard } from './board.ts';
import { keepCurrent } from './keep-current.ts';
import { startClock } from './now.ts';
import { Page } from './parts/page.tsx';
import { openRemedies } from './remedies.ts';
import { openRequests } from './request-by-hand.ts';

const root = document.getElementById('board');
if (root) {
  const board = openBoard(ask);
  startClock();
  const page = (
    <Page
      board={board}
      connection={keepCurrent(board)}
      request={openRequests(ask)}
      remedies={openRemedies(ask)}
    />
  );
  render(page, root);
}
