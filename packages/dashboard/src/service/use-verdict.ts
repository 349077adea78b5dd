import { computed } from "vue";
import { useService } from "./service.ts";
import { usePolled } from "./use-polled.ts";
import { verdictOf } from "./verdict.ts";

/** Polling interval of the service's readiness, ms. */
const everyMs = 5_000;

/** Verdict on the service's health, kept up to date. */
export function useVerdict() {
	const { connection, rooms } = useService();
	const { value: readiness } = usePolled((client, signal) => client.ready({ signal }), everyMs);
	return computed(() => {
		const unstored = [...rooms.values()].some((room) => room.unstored_since !== null);
		return verdictOf(connection.value.name, readiness.value, unstored);
	});
}
