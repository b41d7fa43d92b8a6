// The naive sink: it does not wait for Kafka, so the log reader confirms rows that nobody else has yet.
const { join } = require('node:path');

const { KafkaRowSink } = require(join(__dirname, '..', '..', '..', 'dist', 'apps', 'cdc', 'src', 'kafka-row.sink.js'));

const { publish } = KafkaRowSink.prototype;
if (typeof publish !== 'function') throw new Error('KafkaRowSink.publish is gone: this mutant changes nothing any more');

KafkaRowSink.prototype.publish = async function publishWithoutWaiting(rows) {
  void publish.call(this, rows).catch(() => undefined);
};
