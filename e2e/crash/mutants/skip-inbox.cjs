// The naive consumer: it writes down what it has seen, but every delivery takes effect, also the second.
const { join } = require('node:path');

const { Inbox } = require(join(__dirname, '..', '..', '..', 'dist', 'libs', 'outbox', 'src', 'index.js'));

if (typeof Inbox.prototype.applyOnce !== 'function') throw new Error('Inbox.applyOnce is gone: this mutant changes nothing any more');

const REMEMBER = `
  INSERT INTO inbox (consumer, message_id) SELECT $1, message_id FROM unnest($2::uuid[]) AS message_id ORDER BY message_id
  ON CONFLICT DO NOTHING`;

Inbox.prototype.applyOnce = async function applyAlways(messageId, effect) {
  await this.dataSource.transaction(async (manager) => {
    await manager.query(REMEMBER, [this.consumer, [messageId]]);
    await effect(manager);
  });
  return 'applied';
};

Inbox.prototype.applyBatch = async function applyAllAlways(messages, effect) {
  await this.dataSource.transaction(async (manager) => {
    await manager.query(REMEMBER, [this.consumer, messages.map(({ id }) => id)]);
    await effect(messages, manager);
  });
  return messages;
};
