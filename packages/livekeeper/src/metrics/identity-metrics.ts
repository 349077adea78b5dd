import { Gauge, type Registry } from "prom-client";
import type { IdentityView } from "../live/index.ts";

/** Returns the current named identities. */
export type IdentitySource = () => readonly IdentityView[];

/** Registers metrics of logins. An alert on their expiry comes before gifts go missing. */
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
		name: "livekeeper_identity_state",
		help: "1 for how the site treats a named identity: fine, first_only, nothing, resting or unknown",
		labelNames: ["identity", "state"],
		registers,
		collect() {
			this.reset();
			for (const { name, verdict } of identities()) this.set({ identity: name, state: verdict.state }, 1);
		},
	});
	new Gauge({
		name: "livekeeper_identity_gift_coverage",
		help: "Share of the gifts' worth that a named identity is shown, 0 to 1; absent where nothing tells",
		labelNames: ["identity"],
		registers,
		collect() {
			this.reset();
			for (const { name, shown } of identities()) {
				const { seen, given } = shown.diamonds;
				if (given > 0) this.set({ identity: name }, Math.min(1, seen / given));
			}
		},
	});
	new Gauge({
		name: "livekeeper_identity_gifts_per_hour",
		help: "Gifts an hour that a named identity is shown, and that all sessions of the same rooms are",
		labelNames: ["identity", "shown_to"],
		registers,
		collect() {
			this.reset();
			for (const { name, shown } of identities()) {
				const { giftsPerHour, giftsPerHourOfAll } = shown;
				if (giftsPerHour !== undefined) this.set({ identity: name, shown_to: "it" }, giftsPerHour);
				if (giftsPerHourOfAll !== undefined) this.set({ identity: name, shown_to: "all" }, giftsPerHourOfAll);
			}
		},
	});
	new Gauge({
		name: "livekeeper_identity_resting_until_timestamp_seconds",
		help: "When a named identity that rests is tried again, since the epoch; absent while it does not rest",
		labelNames: ["identity"],
		registers,
		collect() {
			this.reset();
			for (const { name, cooldown } of identities()) if (cooldown) this.set({ identity: name }, cooldown.until / 1000);
		},
	});
	new Gauge({
		name: "livekeeper_identity_rooms",
		help: "Rooms that use a named identity",
		labelNames: ["identity"],
		registers,
		collect() {
			this.reset();
			for (const { name, rooms } of identities()) this.set({ identity: name }, rooms.length);
		},
	});
}
