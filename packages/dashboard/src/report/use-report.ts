import { type BroadcastReport, type BroadcastWords, type ChapterFormat, LivekeeperApiError } from "@livekeeper/client";
import { onScopeDispose, shallowRef, watch } from "vue";
import { useService, wordsOf } from "../service/index.ts";
import { saveFile } from "../ui/save-file.ts";

/** Number of givers per further page. */
const moreAtOnce = 200;
const maxWords = 40;

type Giver = BroadcastReport["gifts"]["by_giver"][number];

/** A broadcast's report, and as many of its givers as were requested. */
export function useReport(liveId: () => string, roomId: () => string) {
	const service = useService();
	const report = shallowRef<BroadcastReport>();
	const givers = shallowRef<Giver[]>([]);
	const more = shallowRef(false);
	const words = shallowRef<BroadcastWords>();
	const highlights = shallowRef<BroadcastReport["highlights"]>([]);
	const failure = shallowRef("");
	let reading = new AbortController();

	async function reads(read: (signal: AbortSignal) => Promise<void>): Promise<void> {
		const { signal } = reading;
		try {
			await read(signal);
			failure.value = "";
		} catch (error) {
			if (signal.aborted) return;
			if (!(error instanceof LivekeeperApiError)) throw error;
			failure.value = wordsOf(error);
		}
	}

	const load = () =>
		reads(async (signal) => {
			const found = await service.client.room(liveId()).report(roomId(), { signal });
			report.value = found;
			givers.value = found.gifts.by_giver;
			more.value = found.gifts.by_giver.length < found.broadcast.users && found.gifts.more;
			highlights.value = found.highlights;
			// The rest is read from the whole chat, which takes seconds for a long broadcast.
			highlights.value = (await service.client.room(liveId()).highlights(roomId(), { signal })).highlights;
			words.value = await service.client.room(liveId()).words(roomId(), { limit: maxWords, signal });
		});

	/** Reads the next givers after those shown. */
	const loadMore = () =>
		reads(async (signal) => {
			const page = { limit: moreAtOnce, offset: givers.value.length, signal };
			const found = await service.client.room(liveId()).gifts(roomId(), page);
			givers.value = [...givers.value, ...found.by_giver];
			more.value = found.more && found.by_giver.length > 0;
		});

	watch(
		[liveId, roomId],
		() => {
			reading.abort();
			reading = new AbortController();
			report.value = undefined;
			words.value = undefined;
			highlights.value = [];
			void load();
		},
		{ immediate: true },
	);
	onScopeDispose(() => reading.abort());

	/** Saves the moments that stand out as chapters. */
	const saveChapters = (format: ChapterFormat) =>
		reads(async (signal) => {
			const file = await service.client.room(liveId()).chapters(roomId(), { format, signal });
			saveFile(file, file.name);
		});
	return { report, givers, highlights, words, more, failure, loadMore, saveChapters };
}
