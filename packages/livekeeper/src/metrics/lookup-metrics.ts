import { driftKinds } from "@livekeeper/douyin";
import { Gauge, type Registry } from "prom-client";
import type { LookupView } from "../live/index.ts";

/** Registers metrics of the lookups of live rooms. An alert on refusals comes before a broadcast is missed. */
export function lookupMetrics(registry: Registry, lookups: () => LookupView): void {
	const registers = [registry];
	new Gauge({
		name: "livekeeper_lookup_rooms",
		help: "Rooms that are looked up, and those of them that the site has said anything about",
		labelNames: ["rooms"],
		registers,
		collect() {
			const { rooms, known } = lookups();
			this.set({ rooms: "all" }, rooms);
			this.set({ rooms: "known" }, known);
		},
	});
	new Gauge({
		name: "livekeeper_lookup_requests_24h",
		help: "Requests of the last 24 hours from an exit by a way",
		labelNames: ["exit", "way"],
		registers,
		collect() {
			this.reset();
			for (const { name: exit, ways } of lookups().exits) {
				for (const { way, asked } of ways) this.set({ exit, way }, asked);
			}
		},
	});
	new Gauge({
		name: "livekeeper_lookup_left",
		help: "Requests that may be made at once from an exit by a way",
		labelNames: ["exit", "way"],
		registers,
		collect() {
			this.reset();
			for (const { name: exit, ways } of lookups().exits) {
				for (const { way, left } of ways) this.set({ exit, way }, left);
			}
		},
	});
	new Gauge({
		name: "livekeeper_lookup_refused_since_timestamp_seconds",
		help: "Since when the site refuses a way to an exit, since the epoch, and by which sign; absent while it does not",
		labelNames: ["exit", "way", "sign"],
		registers,
		collect() {
			this.reset();
			for (const { name: exit, ways } of lookups().exits) {
				for (const { way, state, sign, since = 0 } of ways) {
					if (state === "rests" && sign !== undefined) this.set({ exit, way, sign }, since / 1000);
				}
			}
		},
	});
	new Gauge({
		name: "livekeeper_lookup_exit_closed",
		help: "1 for an exit to which the site refuses every way",
		labelNames: ["exit"],
		registers,
		collect() {
			this.reset();
			for (const { name: exit, closed } of lookups().exits) this.set({ exit }, closed ? 1 : 0);
		},
	});
	new Gauge({
		name: "livekeeper_site_drift",
		help: "Observations of what the site sends that this version does not know, of the last day, by kind",
		labelNames: ["kind"],
		registers,
		collect() {
			const { drift } = lookups();
			const current = (drift?.entries ?? []).filter((entry) => drift?.isCurrent(entry));
			for (const kind of driftKinds) {
				const counts = current.flatMap((entry) => (entry.kind === kind ? entry.count : []));
				this.set(
					{ kind },
					counts.reduce((sum, count) => sum + count, 0),
				);
			}
		},
	});
	new Gauge({
		name: "livekeeper_site_changed_since_timestamp_seconds",
		help: "Since when the site seems to have changed, since the epoch, by the kind that was first; absent while it does not",
		labelNames: ["kind"],
		registers,
		collect() {
			this.reset();
			for (const { subject, since } of lookups().drift?.episodes ?? []) this.set({ kind: subject }, since / 1000);
		},
	});
	new Gauge({
		name: "livekeeper_site_profile_version",
		help: "Version of the site profile in force, by its origin",
		labelNames: ["source"],
		registers,
		collect() {
			this.reset();
			const { profile, profileState } = lookups().site;
			this.set({ source: profileState.source }, profile.version);
		},
	});
	new Gauge({
		name: "livekeeper_site_file_refused",
		help: "1 for a file of the site profile or the signer that can't be used",
		labelNames: ["file"],
		registers,
		collect() {
			const { profileState, signerState } = lookups().site;
			this.set({ file: "profile" }, profileState.problem ? 1 : 0);
			this.set({ file: "signer" }, signerState.problem ? 1 : 0);
		},
	});
}
