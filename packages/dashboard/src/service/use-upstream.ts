import { LivekeeperApiError, type LookupExit, probeOutcome, type Upstream } from "@livekeeper/client";
import { computed, type InjectionKey, inject, onScopeDispose, provide, type ShallowRef, shallowReactive } from "vue";
import { useService } from "./service.ts";
import { usePolled } from "./use-polled.ts";
import { wordsOf } from "./words-of.ts";

/** Result of retrying an exit after a person has solved the slider captcha. */
export type Attempt =
	| { name: "trying" | "works" | "unanswered" }
	/** The next attempt is due at `until`, ms since the epoch. */
	| { name: "refused"; until: number | null }
	| { name: "failed"; why: string };

/** State of the lookups of live rooms, kept up to date, and the user's actions against refusals. */
export interface UpstreamWatch {
	readonly value: Readonly<ShallowRef<Upstream | undefined>>;
	/** Attempts by exit; a success stays for some seconds. */
	readonly attempts: ReadonlyMap<string, Attempt>;
	/** Reports that the user has solved the captcha: retries the exit and follows the result. */
	passed(exit: LookupExit): Promise<void>;
}

/** Polling interval, and the interval while an attempt is running, ms. */
const everyMs = 5000;
const whileTryingMs = 1000;
const patienceMs = 20_000;
/** Time that a success stays visible, ms. */
const shownMs = 15_000;

const upstreamKey: InjectionKey<UpstreamWatch> = Symbol("upstream");

/** One instance for the whole page, so banner, rooms and connections agree. */
export function provideUpstream(): UpstreamWatch {
	const service = useService();
	// While a key is required, requests without one would count as failed logins.
	const isOpen = () => service.connection.value.name === "open";
	let last: Upstream | undefined;
	const { value, refresh } = usePolled(async (client, signal) => {
		if (isOpen()) last = await client.upstream.get({ signal });
		return last;
	}, everyMs);
	const attempts = shallowReactive(new Map<string, Attempt>());
	const gone = new AbortController();
	onScopeDispose(() => gone.abort());

	async function passed({ name }: LookupExit): Promise<void> {
		if (attempts.get(name)?.name === "trying") return;
		attempts.set(name, { name: "trying" });
		const outcome = await tryAgain(name).catch((error: unknown): Attempt => {
			if (error instanceof LivekeeperApiError) return { name: "failed", why: wordsOf(error) };
			throw error;
		});
		attempts.set(name, outcome);
		void refresh();
		if (outcome.name === "works") setTimeout(() => attempts.get(name) === outcome && attempts.delete(name), shownMs);
	}

	async function tryAgain(exit: string): Promise<Attempt> {
		const { client } = service;
		const { signal } = gone;
		const { tried, upstream: before } = await client.upstream.passed({ exit, signal });
		// The exit has recovered by itself in the meantime.
		if (!tried.includes(exit)) return { name: "works" };
		for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += whileTryingMs) {
			await new Promise((resolve) => setTimeout(resolve, whileTryingMs));
			const after = await client.upstream.get({ signal });
			const outcome = probeOutcome(before, after, exit);
			if (outcome === "works") return { name: "works" };
			if (outcome === "refused") return { name: "refused", until: nextAttemptAt(after, exit) };
		}
		return { name: "unanswered" };
	}

	const watch: UpstreamWatch = { value: computed(() => value.value), attempts, passed };
	provide(upstreamKey, watch);
	return watch;
}

export function useUpstream(): UpstreamWatch {
	const watch = inject(upstreamKey);
	if (!watch) throw new TypeError("The page was mounted without what it knows of the upstream.");
	return watch;
}

/** Returns the time when the first of the exit's refused ways is retried, ms since the epoch. */
function nextAttemptAt({ exits }: Upstream, exit: string): number | null {
	const ways = exits.find(({ name }) => name === exit)?.ways ?? [];
	const times = ways.flatMap(({ state, until }) => (state === "rests" && until !== null ? until : []));
	return times.length > 0 ? Math.min(...times) : null;
}
