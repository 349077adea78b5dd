import { Gauge, type Registry } from "prom-client";
import type { IdentityView } from "../live/index.ts";

/** The named identities as they are now. */
export type IdentitySource = () => readonly IdentityView[];

/** What there is to watch of logins: an alert on the time of their end comes before the gifts stay away. */
export function identityMetrics(registry: Registry, identities: IdentitySource): void {
	const registers = [registry];
	new Gauge({
		name: "livekeeper_identity_login",
		help: "1 for the state that a named identity's login is in",
		labelNames: ["identity", "status"],
		registers,
		collect() {
			this.reset();
			for (const { name, status } of identities()) this.set({ identity: name, status }, 1);
		},
	});
	new Gauge({
		name: "livekeeper_identity_expiry_timestamp_seconds",
		help: "When a named identity's login ends, since the epoch; absent where nobody knows",
		labelNames: ["identity"],
		registers,
		collect() {
			this.reset();
			for (const { name, expiresAt } of identities()) {
				if (expiresAt !== undefined) this.set({ identity: name }, expiresAt / 1000);
			}
		},
	});
	new Gauge({
		name: "livekeeper_identity_rooms",
		help: "Rooms that go by a named identity",
		labelNames: ["identity"],
		registers,
		collect() {
			this.reset();
			for (const { name, rooms } of identities()) this.set({ identity: name }, rooms.length);
		},
	});
}
