import type { Room } from "@livekeeper/client";
import { onScopeDispose, type ShallowRef, shallowRef, watch } from "vue";
import { useService } from "../service/index.ts";
import { drawing } from "./frame-queue.ts";

/**
 * The state of a room as its row, card or tile shows it: complete at first, then a few frames behind the service's
 * state while many rooms change at once, and unchanged while the page is hidden. A room that was removed keeps its last
 * state.
 * @param liveId a kept room; an element that is used for another room needs a new call, so its `key` is the live id
 * @throws TypeError if the room is not kept
 */
export function useDrawnRoom(liveId: string): Readonly<ShallowRef<Room>> {
	const { rooms } = useService();
	const current = rooms.get(liveId);
	if (!current) throw new TypeError(`Room ${liveId} is not kept, so it can't be drawn.`);
	const drawn = shallowRef(current);
	const redraw = () => {
		drawn.value = rooms.get(liveId) ?? drawn.value;
	};
	watch(
		() => rooms.get(liveId),
		() => drawing.add(redraw),
	);
	onScopeDispose(() => drawing.delete(redraw));
	return drawn;
}
