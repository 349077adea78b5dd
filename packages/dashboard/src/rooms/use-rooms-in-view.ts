import { useVirtualizer } from "@tanstack/vue-virtual";
import { computed, onScopeDispose, shallowReactive, watch } from "vue";
import { drawing } from "./frame-queue.ts";

/** Height that is kept above and below what is in view, px: a notch of the wheel and more. */
const sparePx = 264;

/** Layout of a view: lines of equal height, each with as many rooms side by side. */
export interface RoomLines {
	columns: number;
	/** Height of a room, px. */
	height: number;
	/** Space between rooms, px. */
	gap: number;
}

export interface RoomsInViewOptions {
	/** Live ids of all rooms of the view, in their order. */
	liveIds: () => readonly string[];
	lines: () => RoomLines;
	/** The element that scrolls, as soon as it exists. */
	scroller: () => HTMLElement | null;
	/** Height of what scrolls above the rooms, px. */
	margin: () => number;
}

interface PlacedRoom {
	liveId: string;
	/** Position among all rooms of the view. */
	index: number;
	/** Text, because a room whose place is the same is not drawn again when others come or go. */
	style: string;
}

/**
 * The rooms of a view that exist: those in view and some lines above and below. They are created as they are redrawn, a
 * few per frame, so that a turned page or a jump does not block the page.
 */
export function useRoomsInView({ liveIds, lines, scroller, margin }: RoomsInViewOptions) {
	const virtual = useVirtualizer(
		computed(() => {
			const { columns, height, gap } = lines();
			return {
				count: Math.ceil(liveIds().length / columns),
				getScrollElement: scroller,
				estimateSize: () => height,
				// Lines are not measured; another function here makes them take another height.
				getItemKey: (line: number) => line,
				gap,
				scrollMargin: margin(),
				overscan: Math.ceil(sparePx / (height + gap)),
			};
		}),
	);

	const inView = computed(() => {
		const { columns } = lines();
		return virtual.value.getVirtualItems().flatMap(({ index: line, start }) =>
			liveIds()
				.slice(line * columns, (line + 1) * columns)
				.map((liveId, column) => placed(liveId, line, column, start)),
		);
	});

	function placed(liveId: string, line: number, column: number, start: number): PlacedRoom {
		const { columns, height, gap } = lines();
		return {
			liveId,
			index: line * columns + column,
			style: [
				`position: absolute; top: 0; height: ${height}px; transform: translateY(${start - margin()}px)`,
				`left: calc((100% + ${gap}px) * ${column / columns}); width: calc((100% + ${gap}px) / ${columns} - ${gap}px)`,
			].join(";"),
		};
	}

	const created = shallowReactive(new Set<string>());
	const waiting = new Map<string, () => void>();
	function create(liveId: string): void {
		waiting.delete(liveId);
		created.add(liveId);
	}
	function forget(liveId: string): void {
		const task = waiting.get(liveId);
		if (task) drawing.delete(task);
		waiting.delete(liveId);
		created.delete(liveId);
	}
	watch(
		inView,
		(rooms) => {
			const kept = new Set(rooms.map(({ liveId }) => liveId));
			for (const liveId of [...created, ...waiting.keys()]) if (!kept.has(liveId)) forget(liveId);
			for (const liveId of kept) {
				if (created.has(liveId) || waiting.has(liveId)) continue;
				const task = () => create(liveId);
				waiting.set(liveId, task);
				drawing.add(task);
			}
		},
		{ immediate: true },
	);
	onScopeDispose(() => {
		for (const task of waiting.values()) drawing.delete(task);
	});

	return {
		/** The created rooms, in their order. */
		rooms: computed(() => inView.value.filter(({ liveId }) => created.has(liveId))),
		/** Height of all rooms of the view, px. */
		height: computed(() => virtual.value.getTotalSize()),
	};
}
