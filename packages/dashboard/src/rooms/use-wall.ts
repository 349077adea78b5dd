import { computed } from "vue";
import { useRoute, useRouter } from "vue-router";

/**
 * The wall screen: only the rooms, as large cards to be read from afar. Kept in the address for bookmarks:
 * `/?wall=1&only=trouble`.
 */
export function useWall() {
	const route = useRoute();
	const router = useRouter();
	return {
		wall: computed(() => route.name === "rooms" && route.query["wall"] === "1"),
		enter(): void {
			void router.replace({ query: { ...route.query, wall: "1" } });
			// Browsers may refuse full screen; the wall works without it.
			document.documentElement.requestFullscreen?.().catch(() => undefined);
		},
		leave(): void {
			void router.replace({ query: { ...route.query, wall: undefined } });
			if (document.fullscreenElement) void document.exitFullscreen();
		},
	};
}
