import { type FailureReason, failureReasons } from "@livekeeper/douyin";
import { z } from "zod";

const hourMs = 3_600_000;
/** What was seen counts half after this time, ms: for now, and for the hour of the day. */
const halfLives = { recentMs: hourMs / 2, hourlyMs: 7 * 24 * hourMs } as const;
const hours = 24;
/** How much the hour of the day says beside the last half hour. */
const hourWeight = 0.25;
/** Hosts that are remembered; those not used for longest are forgotten first. */
const mostHosts = 64;

const weight = z.number().nonnegative();
const tallySchema = z.strictObject({
	at: z.number(),
	ok: weight,
	failures: z.partialRecord(z.enum(failureReasons), weight),
});
const snapshotSchema = z.strictObject({
	version: z.literal(1),
	hosts: z
		.array(z.strictObject({ host: z.string().min(1), recent: tallySchema, hourly: z.array(tallySchema).length(hours) }))
		.max(mostHosts),
});

/** What is known, as plain JSON. */
export type EndpointSnapshot = z.infer<typeof snapshotSchema>;
type Tally = z.infer<typeof tallySchema>;

interface Host {
	recent: Tally;
	/** By hour of the day, UTC. */
	hourly: Tally[];
}

/** How well each push host answers: successes and failures by reason and hour of the day, the old ones fading. */
export class EndpointStats {
	/** The one used last comes last. */
	readonly #hosts = new Map<string, Host>();

	/** @throws ZodError when `snapshot` is none of ours */
	static restore(snapshot: unknown): EndpointStats {
		const stats = new EndpointStats();
		for (const { host, ...known } of snapshotSchema.parse(snapshot).hosts) stats.#hosts.set(host, known);
		return stats;
	}

	get hosts(): string[] {
		return [...this.#hosts.keys()];
	}

	record(host: string, outcome: "ok" | FailureReason, now: number): void {
		const { recent, hourly } = this.#use(host, now);
		for (const [tally, halfLifeMs] of [
			[recent, halfLives.recentMs],
			[hourly[hourOf(now)], halfLives.hourlyMs],
		] as const) {
			if (!tally) continue;
			fade(tally, halfLifeMs, now);
			if (outcome === "ok") tally.ok++;
			else tally.failures[outcome] = (tally.failures[outcome] ?? 0) + 1;
		}
	}

	/** How likely an attempt at this host succeeds now, 0 to 1, exclusive; 0.5 while nothing is known. */
	successRate(host: string, now: number): number {
		const known = this.#hosts.get(host);
		const hourly = known?.hourly[hourOf(now)];
		if (!known || !hourly) return 0.5;
		const recently = keptAfter(known.recent, halfLives.recentMs, now);
		const atThisHour = keptAfter(hourly, halfLives.hourlyMs, now) * hourWeight;
		const ok = known.recent.ok * recently + hourly.ok * atThisHour;
		const failed = failuresOf(known.recent) * recently + failuresOf(hourly) * atThisHour;
		return (ok + 1) / (ok + failed + 2);
	}

	/** To be kept in the log's database and given to {@link restore} after a restart. */
	snapshot(): EndpointSnapshot {
		const hosts = [...this.#hosts].map(([host, { recent, hourly }]) => ({ host, recent, hourly }));
		return structuredClone({ version: 1 as const, hosts });
	}

	#use(host: string, now: number): Host {
		const empty = (): Tally => ({ at: now, ok: 0, failures: {} });
		const known = this.#hosts.get(host) ?? { recent: empty(), hourly: Array.from({ length: hours }, empty) };
		this.#hosts.delete(host);
		this.#hosts.set(host, known);
		const [oldest] = this.#hosts.keys();
		if (this.#hosts.size > mostHosts && oldest !== undefined) this.#hosts.delete(oldest);
		return known;
	}
}

function hourOf(now: number): number {
	return ((Math.floor(now / hourMs) % hours) + hours) % hours;
}

function failuresOf(tally: Tally): number {
	return Object.values(tally.failures).reduce((sum, count) => sum + count, 0);
}

/** The share that is left at `now`; a clock that was set back fades nothing. */
function keptAfter(tally: Tally, halfLifeMs: number, now: number): number {
	return 2 ** (-Math.max(0, now - tally.at) / halfLifeMs);
}

function fade(tally: Tally, halfLifeMs: number, now: number): void {
	const kept = keptAfter(tally, halfLifeMs, now);
	tally.ok *= kept;
	for (const reason of failureReasons) {
		const count = tally.failures[reason];
		if (count !== undefined) tally.failures[reason] = count * kept;
	}
	tally.at = now;
}
