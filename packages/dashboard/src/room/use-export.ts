import type { Broadcast, ExportOptions } from "@livekeeper/client";
import { ref } from "vue";
import { useService, wordsOf } from "../service/index.ts";
import { saveFile } from "../ui/save-file.ts";

/** Export formats of a broadcast: office formats first, then those for a recording, then those for programs. */
export const exportKinds = {
	xlsx: { format: "xlsx" },
	csv: { format: "csv", for: "excel" },
	givers: { format: "xlsx", table: "givers" },
	gifts: { format: "xlsx", table: "gifts" },
	xml: { format: "xml" },
	ass: { format: "ass" },
	jsonl: { format: "jsonl" },
} as const satisfies Record<string, Pick<ExportOptions, "format" | "for" | "table">>;
export type ExportKind = keyof typeof exportKinds;

/** Saves a broadcast as a file, one at a time. */
export function useExport(liveId: () => string) {
	const service = useService();
	const failure = ref("");
	/** Progress of the running export. */
	const exporting = ref<{ bytes: number }>();

	async function save(broadcast: Broadcast, kind: ExportKind): Promise<void> {
		const options: Pick<ExportOptions, "format" | "for" | "table"> = exportKinds[kind];
		exporting.value = { bytes: 0 };
		try {
			const file = await service.client.room(liveId()).export({
				...options,
				timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
				broadcast: broadcast.room_id,
				onProgress: (bytes) => (exporting.value = { bytes }),
			});
			saveFile(file, file.name || `${liveId()}.${options.format}`);
			failure.value = "";
		} catch (error) {
			failure.value = wordsOf(error);
		} finally {
			exporting.value = undefined;
		}
	}
	return { save, exporting, failure };
}
