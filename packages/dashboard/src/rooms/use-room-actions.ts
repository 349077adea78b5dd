import type { Room } from "@livekeeper/client";
import { shallowRef } from "vue";
import { useI18n } from "vue-i18n";
import { useService, wordsOf } from "../service/index.ts";

/** Rooms to stop once the user confirms. */
export const toStop = shallowRef<readonly Room[]>([]);
/** Reason why the last action failed, shown by the page. */
export const failure = shallowRef<string>();

/** Actions on rooms. A failure is shown on the page, and nothing is left half done silently. */
export function useRoomActions() {
	const service = useService();
	const { t } = useI18n();

	async function attempt(action: () => Promise<unknown>): Promise<void> {
		try {
			failure.value = undefined;
			await action();
		} catch (error) {
			failure.value = t("rooms.failed", { why: wordsOf(error) });
		}
	}

	return {
		setPinned: (rooms: readonly Room[], pinned: boolean) =>
			attempt(async () => {
				for (const { live_id: liveId } of rooms) await service.client.rooms.change(liveId, { pinned });
			}),
		askToStop(rooms: readonly Room[]) {
			toStop.value = rooms;
		},
		stop: (rooms: readonly Room[]) =>
			attempt(async () => {
				for (const { live_id: liveId } of rooms) await service.client.rooms.stop(liveId);
			}),
	};
}
