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

/** The pages `/overlay/{live_id}` and `/overlay/named/{id}`, which a browser source of OBS shows. */

/** Polling interval of a named overlay's settings, ms. */
const lookMs = 2_000;

const [, , first = "", second] = location.pathname.split("/").map(decodeURIComponent);
const given = parseSettings(location);
const client = new LivekeeperClient({ url: new URL("/", location.href), apiKey: given.token || undefined });
const stage = new Stage(document, new Images(() => client), (id) => client.sounds.file(id));
stage.adoptInjectedStyles(document);
// OBS changes the fragment without reloading the page.
addEventListener("hashchange", () => location.reload());

/** The overlay shown now, with the controller that ends it. */
let now = { liveId: "", settings: given, end: new AbortController() };
/** `seq` of the last event shown. */
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

/** Shows the overlay that the service keeps under this id, and its changes, for as long as the page is open. */
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
			// A test requested before the page was opened is not shown again.
			if (test && tested !== undefined && test.id !== tested) {
				for (const event of testEvents(test.kind, settings, --tests, Date.now())) stage.add(event);
			}
			tested = test?.id ?? null;
		} catch (error) {
			// An unreachable service is polled at the usual interval; one that refuses will do so for a while.
			if (error instanceof LivekeeperApiError && error.status > 0) {
				console.warn(`livekeeper overlay: trying again in ${refusedMs / 1000} s.`, error);
				waitMs = refusedMs;
				// The overlay was deleted or its token revoked, so its content must disappear.
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
