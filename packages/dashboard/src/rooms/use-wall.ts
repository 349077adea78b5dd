import { computed } from "vue";
import { useRoute, useRouter } from "vue-router";

/**
 * The wall screen: the rooms alone, as large cards, to be looked at from afar. It is in the address, so that it can be
 * opened as a bookmark: `/?wall=1&only=trouble`.
 */
export function useWall() {
	const route = useRoute();
	const router = useRouter();
	return {
		wall: computed(() => route.name === "rooms" && route.query["wall"] === "1"),
		enter(): void {
			void router.replace({ query: { ...route.query, wall: "1" } });
			// Browsers may refuse it; the screen is as good without.
			document.documentElement.requestFullscreen?.().catch(() => undefined);
		},
		leave(): void {
			void router.replace({ query: { ...route.query, wall: undefined } });
			if (document.fullscreenElement) void document.exitFullscreen();
		},
	};
}
