import type { Action } from '../kit/action.ts';
import type { Mlflow } from './state.ts';

/** The version whose behaviour this is. */
const VERSION = '3.17.2';

export const health: Action<Mlflow> = {
  method: 'GET',
  path: '/health',
  source: 'recorded from MLflow 3.17.2',
  handle: () => plain('OK'),
};

export const version: Action<Mlflow> = {
  method: 'GET',
  path: '/version',
  source: 'recorded from MLflow 3.17.2',
  handle: () => plain(VERSION),
};

function plain(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'text/html; charset=utf-8' } });
}
