import type { RoomEvent } from "@livekeeper/client";
import { watch } from "vue";
import { useRouter } from "vue-router";
import { useService } from "../service/index.ts";
import { type BrowserNotice, permission, ring, showNotice } from "./browser-notice.ts";
import { followRooms } from "./follow-rooms.ts";
import { NoticeDesk } from "./notice-desk.ts";
import { followedRooms, type NoticeRules } from "./rules.ts";
import { noticeRules } from "./stored-rules.ts";
import { useNoticeWords } from "./use-notice-words.ts";

/** Lock held by the one tab of this browser that shows notices. */
const lockName = "livekeeper.notices";

/** Shows the notices configured in this browser for as long as the page is open. */
export function useNotices(): void {
	const service = useService();
	const router = useRouter();
	const words = useNoticeWords();

	function noticeOf(liveId: string, event: RoomEvent): BrowserNotice {
		const title = words.titleOf(service.rooms.get(liveId), liveId);
		const onClick = () => void router.push(`/rooms/${encodeURIComponent(liveId)}`);
		return { title, body: words.bodyOf(event), onClick };
	}

	/** Follows the rooms as they are added and removed, until the signal aborts. */
	async function run(rules: NoticeRules, signal: AbortSignal): Promise<void> {
		const desk = new NoticeDesk<BrowserNotice>({
			show: (notice) => show(notice, rules.sound),
			showRest: (count) => show({ title: "livekeeper", body: words.rest(count) }, rules.sound),
		});
		const follow = followRooms({
			client: service.client,
			rules,
			onNotice: (liveId, event) => desk.give(noticeOf(liveId, event)),
		});
		const stop = watch(() => followedRooms(service.rooms.keys(), rules), follow, { immediate: true });
		await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
		stop();
		follow([]);
		desk.close();
	}

	watch(
		// The client is replaced when the language or the API key changes.
		[() => JSON.stringify(noticeRules.value), permission, () => service.client],
		([text, allowed], _, onCleanup) => {
			const rules = JSON.parse(text) as NoticeRules;
			if (!rules.enabled || allowed !== "granted") return;
			const controller = new AbortController();
			const { signal } = controller;
			onCleanup(() => controller.abort());
			const locked = navigator.locks.request(lockName, { signal }, () => signal.aborted || run(rules, signal));
			locked.catch((error: unknown) => {
				if (!signal.aborted) throw error;
			});
		},
		{ immediate: true },
	);
}

function show(notice: BrowserNotice, sound: boolean): void {
	try {
		showNotice(notice);
	} catch (error) {
		// Some mobile browsers only allow notifications from service workers; the test in the panel says so.
		console.warn("livekeeper: the browser showed no notification.", error);
	}
	if (sound) ring();
}
