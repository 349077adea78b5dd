import type { Room } from "@livekeeper/client";
import { computed } from "vue";
import { useQuery } from "../ui/use-query.ts";
import { nodesOf } from "./room-order.ts";

/** Filter by node, kept in the address for links: `/?node=a`. */
export function useNodeFilter(rooms: ReadonlyMap<string, Room>) {
	const keeping = computed(() => nodesOf(rooms.values()));
	/** Empty for all. */
	const node = useQuery("node");
	return {
		node,
		/** Whether more than one node keeps rooms. */
		several: computed(() => keeping.value.length > 1),
		/** The choices, including a requested node that keeps no room. */
		nodes: computed(() =>
			node.value === "" || keeping.value.includes(node.value) ? keeping.value : [...keeping.value, node.value],
		),
	};
}
