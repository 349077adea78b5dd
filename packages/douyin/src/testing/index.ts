export { handshakeRefusal, PushHosts } from "../session/index.ts";
export { ManualClock } from "./manual-clock.ts";
export { seeded } from "./seeded.ts";
export { testTls } from "./test-tls.ts";
