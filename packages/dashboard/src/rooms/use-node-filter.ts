import type { Room } from "@livekeeper/client";
import { computed } from "vue";
import { useQuery } from "../ui/use-query.ts";
import { nodesOf } from "./room-order.ts";

/** Which node's rooms are shown. It is in the address, so that it can be linked to: `/?node=a`. */
export function useNodeFilter(rooms: ReadonlyMap<string, Room>) {
	const keeping = computed(() => nodesOf(rooms.values()));
	/** "": all. */
	const node = useQuery("node");
	return {
		node,
		/** Whether rooms are kept by more than one. */
		several: computed(() => keeping.value.length > 1),
		/** What there is to choose from, with one that was asked for and keeps nothing. */
		nodes: computed(() =>
			node.value === "" || keeping.value.includes(node.value) ? keeping.value : [...keeping.value, node.value],
		),
	};
}
