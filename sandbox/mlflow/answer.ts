import { pythonJson } from './python-json.ts';

/**
 * A success as MLflow writes it: pretty-printed, its int64 fields as numbers, absent fields left out.
 *
 * Source: mlflow/mlflow mlflow/utils/proto_json_utils.py, message_to_json.
 */
export function answer(body: object): Response {
  return new Response(pythonJson(body, 'pretty'), {
    headers: { 'content-type': 'application/json' },
  });
}

/** A list that protobuf leaves out of the answer when it is empty. */
export function unlessEmpty<Item>(list: readonly Item[]): readonly Item[] | undefined {
  return list.length > 0 ? list : undefined;
}
