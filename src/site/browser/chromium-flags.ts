/** Old space of one page's JavaScript; the renderer is ended when it wants more. */
const mostHeapMb = 256

/**
 * How Chromium is started: without a window, without anything that a page's text does not need, and with no way to the
 * network but the proxy. Not even names are resolved (`--host-resolver-rules`); WebRTC may not use UDP.
 */
export const chromiumFlags = ({
  profileDir,
  proxyUrl,
  userAgent,
  isSandboxed,
}: {
  profileDir: string
  proxyUrl: string
  userAgent: string
  isSandboxed: boolean
}): string[] => [
  '--headless',
  '--remote-debugging-pipe',
  '--no-startup-window',
  `--user-data-dir=${profileDir}`,
  `--user-agent=${userAgent}`,
  '--lang=pt-BR',
  ...(isSandboxed ? [] : ['--no-sandbox']),
  // In a container /dev/shm often holds 64 MB, and Chromium ends when it is full.
  '--disable-dev-shm-usage',

  `--proxy-server=${proxyUrl}`,
  // Chromium does not proxy localhost by itself; this takes that rule away.
  '--proxy-bypass-list=<-loopback>',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  '--disable-quic',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',

  // What it would do on its own account.
  '--disable-background-networking',
  '--disable-breakpad',
  '--disable-client-side-phishing-detection',
  '--disable-component-extensions-with-background-pages',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-field-trial-config',
  '--disable-search-engine-choice-screen',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-default-browser-check',
  '--no-first-run',
  '--no-pings',
  '--no-service-autorun',
  '--password-store=basic',
  '--use-mock-keychain',
  `--disable-features=${[
    'AutofillServerCommunication',
    'CertificateTransparencyComponentUpdater',
    'DialMediaRouteProvider',
    'HttpsUpgrades',
    'InterestFeedContentSuggestions',
    'MediaRouter',
    'NetworkTimeServiceQuerying',
    'OptimizationHints',
    'PreconnectToSearch',
    'Translate',
  ].join(',')}`,

  // A page nobody looks at must not be slowed down for that.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-back-forward-cache',

  '--disable-gpu',
  '--disable-webgl',
  '--mute-audio',
  '--hide-scrollbars',
  '--blink-settings=imagesEnabled=false',
  '--disk-cache-size=33554432',
  '--renderer-process-limit=4',
  `--js-flags=--max-old-space-size=${mostHeapMb}`,
]
