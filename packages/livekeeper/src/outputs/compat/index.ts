export { barrageGrab } from "./barrage-grab.ts";
export { douyinLive } from "./douyin-live/douyin-live.ts";
export { type Protocol, serveListeners } from "./listener-server.ts";
export { ListenerPlaces } from "./places.ts";
export { type AmongNodes, VisitedRooms } from "./visited-rooms.ts";
