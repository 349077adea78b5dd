import type { Sound } from "@livekeeper/client";
import { ref } from "vue";
import { useI18n } from "vue-i18n";
import { decodeSound } from "../overlay/sound-file.ts";
import { useAttempt, useService } from "../service/index.ts";

/** Largest file that the service takes, bytes. */
const maxBytes = 512 * 1024;
const maxName = 100;

/** Sound files that the service keeps. */
export function useSounds() {
	const { t } = useI18n();
	const service = useService();
	/** `undefined` until they are read. */
	const sounds = ref<Sound[]>();
	const { busy, failure, attempt } = useAttempt();

	const read = async () => {
		sounds.value = await service.client.sounds.list();
	};

	/** @returns the id of the new sound; `undefined` if it was refused */
	async function upload(file: File): Promise<string | undefined> {
		failure.value = await faultOf(file);
		if (failure.value !== undefined) return undefined;
		let id: string | undefined;
		await attempt(async () => {
			id = (await service.client.sounds.add(nameOf(file), file)).id;
			await read();
		});
		return id;
	}

	/** Finds why a file would be refused, or could be stored but not played. */
	async function faultOf(file: File): Promise<string | undefined> {
		if (file.size > maxBytes) return t("overlay.mySounds.tooLarge", { size: Math.ceil(file.size / 1024) });
		try {
			await decodeSound(file);
			return undefined;
		} catch {
			return t("overlay.mySounds.unplayable");
		}
	}

	const remove = (id: string) =>
		attempt(async () => {
			await service.client.sounds.remove(id);
			await read();
		});

	void attempt(read);
	return { sounds, busy, failure, upload, remove };
}

/** Name of a file without its ending, as the service takes it. */
function nameOf({ name }: File): string {
	const plain = name
		.replace(/\.\w+$/, "")
		.replaceAll(/\p{Cc}/gu, "")
		.trim();
	return plain.slice(0, maxName).replace(/[\ud800-\udbff]$/, "") || "sound";
}
