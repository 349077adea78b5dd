import type { Broadcast } from "@livekeeper/client";
import { ref } from "vue";
import { useService, wordsOf } from "../service/index.ts";
import { saveFile } from "../ui/save-file.ts";

export const exportFormats = ["xlsx", "csv", "jsonl"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Saves a broadcast's events as a file, one at a time. */
export function useExport(liveId: () => string) {
	const service = useService();
	const failure = ref("");
	/** What is being exported, and how far it is. */
	const exporting = ref<{ roomId: string; bytes: number }>();

	async function save(broadcast: Broadcast, format: ExportFormat): Promise<void> {
		exporting.value = { roomId: broadcast.room_id, bytes: 0 };
		try {
			const file = await service.client.room(liveId()).export({
				format,
				timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
				from: broadcast.started_at,
				to: broadcast.started_at + broadcast.duration_ms + 1,
				onProgress: (bytes) => (exporting.value = { roomId: broadcast.room_id, bytes }),
			});
			saveFile(file, `${liveId()}-${minuteName(broadcast.started_at)}.${format}`);
			failure.value = "";
		} catch (error) {
			failure.value = wordsOf(error);
		} finally {
			exporting.value = undefined;
		}
	}
	return { save, exporting, failure };
}

/** As `20260131T2030`, in the time of whoever looks. */
function minuteName(at: number): string {
	const local = at - new Date(at).getTimezoneOffset() * 60_000;
	return new Date(local).toISOString().slice(0, 16).replaceAll(/[-:]/g, "");
}
