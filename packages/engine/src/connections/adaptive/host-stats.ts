import { type FailureReason, failureClasses, type HostAdvisor } from "@livekeeper/douyin";
import { z } from "zod";

/** Number of outcomes remembered per host; older ones weigh less. */
const memory = 10;
/** Maximum number of times a host is skipped after a failure; multiplied by the share of its connections that fail. */
const maxSkips = 200;
/** Minimum lifetime after the first frame for a connection to count as held, ms. */
const holdsMs = 60_000;
/** Connections to one host that break within this time of each other were cut by it, ms. */
const burstMs = 250;
/** Minimum success rate at which a host without a current failure is known to work. */
const knownToWork = 0.7;
/** Maximum number of hosts remembered; the least recently used are forgotten first. */
const maxHosts = 64;

const weight = z.number().nonnegative();
const hostSchema = z.strictObject({
	host: z.string().min(1),
	/** Weighted number of connections that worked, and of those that did not work or did not hold. */
	ok: weight,
	failed: weight,
	/**
	 * 0 for a healthy host. After a failure it counts down each time the host is skipped; at 1, one connection probes it.
	 */
	skips: z.int().nonnegative(),
});
const snapshotSchema = z.strictObject({ version: z.literal(2), hosts: z.array(hostSchema).max(maxHosts) });

/** Host statistics as plain JSON. */
export type HostSnapshot = z.infer<typeof snapshotSchema>;
type Host = z.infer<typeof hostSchema>;

/**
 * Chooses push hosts by the success rates of all rooms' connections. A host that fails is skipped for the next
 * connections, more of them the lower its rate; then one connection probes it. It counts connections, not time: with
 * many connections it learns soon, and with few it spends few.
 */
export class HostStats implements HostAdvisor {
	/** Hosts by last use, most recent last. */
	readonly #hosts = new Map<string, Host>();
	/** Time at which a connection to a host was last cut, ms. */
	readonly #cutAt = new Map<string, number>();

	/** @throws ZodError if `snapshot` is not a valid snapshot */
	static restore(snapshot: unknown): HostStats {
		const stats = new HostStats();
		for (const known of snapshotSchema.parse(snapshot).hosts) stats.#hosts.set(known.host, known);
		return stats;
	}

	/** Whether a host is known to work. */
	get anyWorks(): boolean {
		return [...this.#hosts.values()].some((host) => host.skips === 0 && rateOf(host) >= knownToWork);
	}

	/** Returns each host's success rate, between 0 and 1 exclusive, and whether it is left alone because it fails. */
	all(): { host: string; successRate: number; open: boolean }[] {
		return Array.from(this.#hosts.values(), (known) => {
			const successRate = rateOf(known);
			return { host: known.host, successRate, open: known.skips > 0 && successRate < 0.5 };
		});
	}

	choose(hosts: readonly string[]): string | undefined {
		const known = hosts.map((host) => this.#hosts.get(host) ?? newHost(host));
		// An unknown host is tried if it is the upstream's first choice, or if no other does better.
		const next = known.find(({ skips, host }, i) => skips <= 1 && (i === 0 || this.#hosts.has(host)));
		for (const one of known) if (one.skips > 1) one.skips--;
		// One connection probes for all.
		if (next?.skips === 1) passOver(next);
		return (next ?? known.reduce((a, b) => (rateOf(b) > rateOf(a) ? b : a))).host;
	}

	works(host: string): void {
		const known = this.#use(host);
		count(known, "ok");
		known.skips = 0;
	}

	failed(host: string, reason: FailureReason, heldMs: number | undefined, now: number): void {
		if (!failureClasses[reason].blamesHost) return;
		const held = heldMs !== undefined && heldMs >= holdsMs;
		// Every connection is cut in the end: a mute one counts against its host, and several at once count once.
		if (held && reason !== "silence" && !this.#beginsBurst(host, now)) return;
		const known = this.#use(host);
		count(known, "failed");
		passOver(known);
	}

	/** Returns a snapshot for the log's database, to pass to {@link restore} after a restart. */
	snapshot(): HostSnapshot {
		return structuredClone({ version: 2 as const, hosts: [...this.#hosts.values()] });
	}

	/** Returns whether this is the second connection to the host that was cut. */
	#beginsBurst(host: string, now: number): boolean {
		const before = this.#cutAt.get(host);
		this.#cutAt.set(host, now);
		const isBurst = before !== undefined && now - before < burstMs;
		return isBurst && (this.#hosts.get(host)?.skips ?? 0) === 0;
	}

	#use(host: string): Host {
		const known = this.#hosts.get(host) ?? newHost(host);
		this.#hosts.delete(host);
		this.#hosts.set(host, known);
		const [oldest] = this.#hosts.keys();
		if (this.#hosts.size > maxHosts && oldest !== undefined) {
			this.#hosts.delete(oldest);
			this.#cutAt.delete(oldest);
		}
		return known;
	}
}

function newHost(host: string): Host {
	return { host, ok: 0, failed: 0, skips: 0 };
}

function count(host: Host, outcome: "ok" | "failed"): void {
	const kept = Math.min(1, (memory - 1) / (host.ok + host.failed));
	host.ok *= kept;
	host.failed *= kept;
	host[outcome]++;
}

/** Returns the probability that the next connection works; 0.5 while nothing is known. */
function rateOf({ ok, failed }: Host): number {
	return (ok + 1) / (ok + failed + 2);
}

function passOver(host: Host): void {
	host.skips = 1 + Math.round(maxSkips * (1 - rateOf(host)));
}
