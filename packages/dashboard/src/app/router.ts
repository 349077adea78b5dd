import { createRouter, createWebHistory } from "vue-router";
import RoomsPage from "../rooms/rooms-page.vue";

/** Every page but the first is loaded when it is opened. */
export const router = createRouter({
	history: createWebHistory("/"),
	routes: [
		{ path: "/", name: "rooms", component: RoomsPage },
		{ path: "/rooms/:liveId", name: "room", component: () => import("../room/room-page.vue"), props: true },
		{ path: "/connections", name: "connections", component: () => import("../connections/connections-page.vue") },
		{ path: "/settings", name: "settings", component: () => import("../settings/settings-page.vue") },
		{ path: "/:rest(.*)*", name: "not-found", component: () => import("./not-found-page.vue") },
	],
});
