import { type FailureReason, failureClasses, type HostAdvisor } from "@livekeeper/douyin";
import { z } from "zod";

/** Number of outcomes remembered for a host; older ones weigh less. */
const memory = 10;
/** Most times a host is skipped after a failure; multiplied by the share of its connections that fail. */
const mostSkips = 200;
/** A connection that breaks earlier after its first frame did not hold, ms. */
const holdsMs = 60_000;
/** Connections to one host that break within this time of each other were cut by it, ms. */
const burstMs = 250;
/** A host that is in order, and succeeds this often, is known to work. */
const knownToWork = 0.7;
/** Hosts that are remembered; those not used for longest are forgotten first. */
const mostHosts = 64;

const weight = z.number().nonnegative();
const hostSchema = z.strictObject({
	host: z.string().min(1),
	/** Connections that worked, and those that did not or did not hold. */
	ok: weight,
	failed: weight,
	/** 0: in order. Else it has failed; counted down each time it is passed over, and at 1 one connection tries it. */
	skips: z.int().nonnegative(),
});
const snapshotSchema = z.strictObject({ version: z.literal(2), hosts: z.array(hostSchema).max(mostHosts) });

/** What is known, as plain JSON. */
export type HostSnapshot = z.infer<typeof snapshotSchema>;
type Host = z.infer<typeof hostSchema>;

/**
 * Chooses push hosts by the success rates that connections of all rooms have shown. A host that fails is passed over for
 * the next connections, the more of them the lower its rate; then one connection tries it. It counts connections and no
 * time: who makes many finds out soon, and who makes few spends few on it.
 */
export class HostStats implements HostAdvisor {
	/** The one used last comes last. */
	readonly #hosts = new Map<string, Host>();
	/** When a connection to a host was last cut, ms. */
	readonly #cutAt = new Map<string, number>();

	/** @throws ZodError when `snapshot` is none of ours */
	static restore(snapshot: unknown): HostStats {
		const stats = new HostStats();
		for (const known of snapshotSchema.parse(snapshot).hosts) stats.#hosts.set(known.host, known);
		return stats;
	}

	/** Whether there is a host that works, as far as is known. */
	get anyWorks(): boolean {
		return [...this.#hosts.values()].some((host) => host.skips === 0 && rateOf(host) >= knownToWork);
	}

	/** Each host's success rate, 0 to 1 and exclusive, and whether it is left alone because it fails. */
	all(): { host: string; successRate: number; open: boolean }[] {
		return Array.from(this.#hosts.values(), (known) => {
			const successRate = rateOf(known);
			return { host: known.host, successRate, open: known.skips > 0 && successRate < 0.5 };
		});
	}

	choose(hosts: readonly string[]): string | undefined {
		const known = hosts.map((host) => this.#hosts.get(host) ?? newHost(host));
		// What is not known is tried where the upstream wants it most, or where nothing else does better.
		const next = known.find(({ skips, host }, i) => skips <= 1 && (i === 0 || this.#hosts.has(host)));
		for (const one of known) if (one.skips > 1) one.skips--;
		// One connection finds out for all.
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
		// Every connection is cut in the end: a mute one speaks against its host, and several at once do so once.
		if (held && reason !== "silence" && !this.#beginsBurst(host, now)) return;
		const known = this.#use(host);
		count(known, "failed");
		passOver(known);
	}

	/** To be kept in the log's database and given to {@link restore} after a restart. */
	snapshot(): HostSnapshot {
		return structuredClone({ version: 2 as const, hosts: [...this.#hosts.values()] });
	}

	/** Whether it is the second connection to this host that was cut. */
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
		if (this.#hosts.size > mostHosts && oldest !== undefined) {
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

/** How likely the next connection works; 0.5 while nothing is known. */
function rateOf({ ok, failed }: Host): number {
	return (ok + 1) / (ok + failed + 2);
}

function passOver(host: Host): void {
	host.skips = 1 + Math.round(mostSkips * (1 - rateOf(host)));
}
