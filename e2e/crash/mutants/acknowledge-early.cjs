// The naive sink: it does not wait for Kafka, so the log reader confirms rows that nobody else has yet.
const { target } = require('./target.cjs');

const { type: KafkaRowSink, original: publish } = target('apps/cdc/src/kafka-row.sink.js', 'KafkaRowSink', 'publish');

KafkaRowSink.prototype.publish = async function publishWithoutWaiting(rows) {
  void publish.call(this, rows).catch(() => undefined);
};
