import { chatFailure, callSchemas, eventSchemas } from '../socket/protocol.schemas';
import { Components } from './components';
import { describeTopics } from './topics';

const TITLE = 'Madang: the chat’s socket, and the topics of the platform';

const SOCKET =
  "socket.io 4 (protocol 5) at /socket.io/, with transports: ['websocket'] only, and without TLS on the loopback. Connect with auth: { token }, the accessToken of POST /sessions; " +
  'say presence:beat every 10 to 15 s, or be offline after 45 s.';

/** AsyncAPI 3 of everything that is no HTTP call and its answer: the socket, and what travels through Kafka. Made of the schemas that check it. */
export function asyncApiDocument(): object {
  const components = new Components();
  const socket = describeSocket(components);
  const topics = describeTopics(components);
  return {
    asyncapi: '3.0.0',
    info: { title: TITLE, version: '1', description: 'Operations are those of the service: it receives what clients call, and sends what happens.' },
    defaultContentType: 'application/json',
    servers: {
      chat: { host: '127.0.0.1:8104', protocol: 'ws', description: SOCKET },
      'chat-2': { host: '127.0.0.1:8114', protocol: 'ws', description: SOCKET },
      kafka: { host: '127.0.0.1:19092', protocol: 'kafka', description: 'CloudEvents in binary mode' },
    },
    channels: { ...socket.channels, ...topics.channels },
    operations: { ...socket.operations, ...topics.operations },
    components: components.toObject(),
  };
}

interface Part {
  readonly channels: Readonly<Record<string, object>>;
  readonly operations: Readonly<Record<string, object>>;
}

function describeSocket(components: Components): Part {
  const operations: Record<string, object> = {};
  const messages: Record<string, object> = {};
  const channel = { $ref: '#/channels/socket' };
  const inChannel = (name: string): object => ({ $ref: `#/channels/socket/messages/${name}` });
  const add = (name: string, message: object): void => {
    messages[name] = components.message(name, message);
  };

  add('failure', { title: 'Any call that fails', payload: components.schema(chatFailure) });
  for (const [event, { summary, input, answer }] of Object.entries(callSchemas)) {
    const name = event.replace(':', '.');
    add(name, { name: event, summary, payload: components.schema(input) });
    add(`${name}.answer`, { title: `The answer to ${event}`, payload: components.schema(answer) });
    const reply = { channel, messages: [inChannel(`${name}.answer`), inChannel('failure')] };
    operations[name] = { action: 'receive', channel, summary, messages: [inChannel(name)], reply };
  }
  for (const [event, { summary, payload }] of Object.entries(eventSchemas)) {
    add(event, { name: event, summary, ...(payload === undefined ? {} : { payload: components.schema(payload) }) });
    operations[event] = { action: 'send', channel, summary, messages: [inChannel(event)] };
  }
  const description = 'A call is an event with one object, and an acknowledgement that takes its answer. One without an acknowledgement (but for typing:start) ends the connection.';
  return { channels: { socket: { address: '/', title: 'The socket', description, servers: [{ $ref: '#/servers/chat' }, { $ref: '#/servers/chat-2' }], messages } }, operations };
}
