// The naive consumer: every delivery takes effect, also the second.
const { join } = require('node:path');

const { Inbox } = require(join(__dirname, '..', '..', '..', 'dist', 'libs', 'outbox', 'src', 'index.js'));

if (typeof Inbox.prototype.applyOnce !== 'function') throw new Error('Inbox.applyOnce is gone: this mutant changes nothing any more');

Inbox.prototype.applyOnce = async function applyAlways(_messageId, effect) {
  await this.dataSource.transaction((manager) => effect(manager));
  return 'applied';
};
