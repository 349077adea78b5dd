import { LivekeeperApiError, LivekeeperClient } from "@livekeeper/client";
import { Images } from "../service/images.ts";
import { demoEvents } from "./demo.ts";
import { refusedMs } from "./follow-for-ever.ts";
import { sampleBattle, sampleTally, testEvents } from "./made-up.ts";
import type { Settings } from "./parameters.ts";
import { pauseOf } from "./pause.ts";
import { followRoom } from "./room-source.ts";
import { parseSettings, writeSettings } from "./settings.ts";
import { Stage } from "./stage.ts";

/** The pages `/overlay/{live_id}` and `/overlay/named/{id}`: what a browser source of OBS shows. */

/** How often a named overlay asks what it is to show, ms. */
const lookMs = 2_000;

const [, , first = "", second] = location.pathname.split("/").map(decodeURIComponent);
const given = parseSettings(location);
const client = new LivekeeperClient({ url: new URL("/", location.href), apiKey: given.token || undefined });
const stage = new Stage(document, new Images(() => client));
stage.adoptInjectedStyles(document);
// OBS changes what is behind the # without loading the page again.
addEventListener("hashchange", () => location.reload());

/** What shows now, and what ends it. */
let now = { liveId: "", settings: given, end: new AbortController() };
/** The last event of the room that has shown. */
let seen: number | undefined;

function show(liveId: string, settings: Settings): void {
	now.end.abort();
	if (liveId !== now.liveId || settings.demo !== now.settings.demo) {
		stage.clear();
		seen = undefined;
	}
	const end = new AbortController();
	now = { liveId, settings, end };
	stage.show(settings);
	const { signal } = end;
	if (settings.demo) playDemo(settings, signal);
	else if (liveId !== "") {
		const onSeen = (seq: number) => {
			seen = seq;
		};
		void followRoom({ client, liveId, settings, stage, after: seen, signal, pause: pauseOf(signal), onSeen });
	}
}

function playDemo(settings: Settings, signal: AbortSignal): void {
	const next = demoEvents(settings.lang, true);
	stage.tell(sampleTally(settings.lang, settings.goal_target));
	stage.add(sampleBattle(settings.lang));
	const timer = setInterval(() => stage.add(next()), 900);
	signal.addEventListener("abort", () => clearInterval(timer));
}

/** Shows what the service keeps under a name, and what becomes of it, for as long as the page is open. */
async function followNamed(id: string): Promise<void> {
	let shown: string | undefined;
	let tested: string | null | undefined;
	let tests = 0;
	for (;;) {
		let waitMs = lookMs;
		try {
			const { live_id: liveId, settings: kept, test } = await client.overlayTokens.get(id);
			const settings = parseSettings(location, kept);
			const wanted = `${liveId} ${writeSettings(settings)}`;
			if (wanted !== shown) show(liveId ?? "", settings);
			shown = wanted;
			// What was asked for before the page was opened has been shown.
			if (test && tested !== undefined && test.id !== tested) {
				for (const event of testEvents(test.kind, settings, --tests, Date.now())) stage.add(event);
			}
			tested = test?.id ?? null;
		} catch (error) {
			// A service that is away is asked again as before; what it refuses, it will for a while.
			if (error instanceof LivekeeperApiError && error.status > 0) {
				console.warn(`livekeeper overlay: trying again in ${refusedMs / 1000} s.`, error);
				waitMs = refusedMs;
				// Deleted, or its token was revoked: what it showed is nobody's any more.
				if (error.status < 500 && error.status !== 429) {
					now.end.abort();
					stage.clear();
					shown = undefined;
				}
			}
		}
		await new Promise((resolve) => setTimeout(resolve, waitMs));
	}
}

if (second === undefined) show(first, given);
else void followNamed(second);
