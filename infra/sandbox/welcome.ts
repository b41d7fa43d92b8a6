import type { Sandbox } from './sandbox.ts';
import { services } from './services.ts';

/** The last thing that `npm start` prints: where things are, and what to do in the first minute. */
export function welcome({ ports, cdc, secrets, stateDirectory }: Sandbox): string {
  const pages = services.flatMap(({ name, page, portVariable }) => (name !== 'console' && page && portVariable ? [`  http://127.0.0.1:${ports[portVariable]}${page.path}   ${page.title}`] : []));
  const debezium = cdc === 'debezium' ? `\n  Debezium on Kafka Connect   http://127.0.0.1:${ports.CONNECT_PORT}/connectors` : '';
  return `
Madang runs.

  http://127.0.0.1:${ports.CONSOLE_PORT}/#token=${secrets.adminToken}   the console: open this first
${pages.join('\n')}

  PostgreSQL   127.0.0.1:${ports.POSTGRES_PORT} (replicas ${ports.REPLICA_1_PORT}, ${ports.REPLICA_2_PORT})     Kafka    127.0.0.1:${ports.KAFKA_PORT}
  Valkey       127.0.0.1:${ports.VALKEY_PORT}                            Secrets  ${stateDirectory}/secrets.json${debezium}
  Admin token  ${secrets.adminToken} (to authorize on the pages of relay, queue and moderator)
  Log reader   ${cdc === 'debezium' ? 'Debezium' : 'embedded (npm start -- --cdc debezium for the other one)'}

What to click:
  1. members: POST /members (register), then POST /sessions: copy accessToken; "Authorize" with it here and at board.
  2. board: POST /posts, once or twice; GET /posts shows them.
  3. members: DELETE /members/me (withdraw).
  4. board: GET /posts again: the posts are gone. The event crossed outbox, log, Kafka and relay on its way.
  5. queue: for i in $(seq 30); do curl -s -o /dev/null -X POST 127.0.0.1:${ports.QUEUE_PORT}/waiting-rooms/event-product/visitors; done
     then open http://127.0.0.1:${ports.QUEUE_PORT}/event-products/1/order: ten are in at once, you wait behind the others.
  6. chat: POST /rooms opens a room (Authorize as on the board); what is said in it goes over socket.io, on either node: /asyncapi.json.
  7. ids: GET /ids/{format} makes ids; GET /decode says what a pasted one could be.

npm run status | npm run logs -- board | npm run stop (or Ctrl-C here) | npm run reset
`;
}
