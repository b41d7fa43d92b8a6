// The naive key: each event has its own, so the events of an aggregate spread over the partitions.
const { target } = require('./target.cjs');

const { type: RecordProducer, original: send } = target('libs/event-bus/src/index.js', 'RecordProducer', 'send');

// Row-added messages carry the id in their value, domain events in a header.
function eventIdOf({ topic, value, headers }) {
  const id = headers?.ce_id ?? JSON.parse(value).after?.id;
  if (!id) throw new Error(`Mutant: a record for ${topic} has no event id where it used to be. Mend the mutant.`);
  return id;
}

RecordProducer.prototype.send = async function sendByEventId(records) {
  return send.call(this, records.map((record) => ({ ...record, key: eventIdOf(record) })));
};
