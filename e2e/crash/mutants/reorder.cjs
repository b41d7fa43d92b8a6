// The naive lanes: a batch is dealt out in turns, one record a lane, whatever its key. Each lane is in order, and everything arrives once.
const { target } = require('./target.cjs');

const { type: RecordProducer, original: send } = target('libs/event-bus/src/index.js', 'RecordProducer', 'send');

const LANES = 3;

RecordProducer.prototype.send = async function sendInLanes(records) {
  for (let lane = 0; lane < LANES; lane++) await send.call(this, records.filter((_record, index) => index % LANES === lane));
};
