import type { EventScope } from '@madang/event-bus';
import type { Switchboard } from '@madang/lab/nest';

/** Gives each delivery to its handler twice, if that is told: what Kafka does whenever an acknowledgement is lost, without waiting for that. */
export function doubledDeliveries(inner: EventScope, switches: Switchboard): EventScope {
  return {
    run: async (events, work) => {
      const result = await inner.run(events, work);
      return switches.told('double-deliveries') > 0 ? inner.run(events, work) : result;
    },
  };
}
