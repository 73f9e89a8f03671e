import { createSocket } from 'node:dgram'
import { expect, it, onTestFinished } from 'vitest'
import { describeBrowser, html, listenOn, openBrowser, serve, type World } from './browser-under-test.ts'

const deadlineMs = 6_000
const filler = 'Esta página parece a de uma padaria como qualquer outra, e não é. '

/**
 * A site on 127.0.0.1, which may be reached, and canaries on the same and another port of 127.0.0.2, which may not; names
 * that the DNS answers with either.
 */
async function hostileWorld(pages: (canary: string, udpPort: number) => Record<string, string>, world: World = {}) {
  let byPath: Record<string, string> = {}
  const site = await listenOn('127.0.0.1', 0, (request, response) => {
    if (request.url === '/redirect') return void response.writeHead(302, { location: `http://${canary}/x` }).end()
    if (request.url === '/to-private') return void response.writeHead(307, { location: 'http://inside.example/' }).end()
    if (request.url === '/to-metadata')
      return void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end()
    serve(byPath)(request, response)
  })
  const samePort = await listenOn('127.0.0.2', site.port, serve({ '/': html('secret'), '/secret': 'secret' }))
  const otherPort = await listenOn('127.0.0.1', 0, serve({ '/': html('secret') }))
  const canary = `127.0.0.1:${otherPort.port}`
  let datagrams = 0
  const udp = createSocket('udp4').on('message', () => datagrams++)
  await new Promise<void>((done) => udp.bind(0, '127.0.0.1', done))
  onTestFinished(() => new Promise((done) => udp.close(() => done())))
  byPath = pages(canary, udp.address().port)
  const { render, browser } = await openBrowser(site.port, {
    pageDeadlineMs: deadlineMs,
    names: { 'inside.example': ['127.0.0.2'], 'rebind.example': ['127.0.0.1', '127.0.0.2'] },
    ...world,
  })
  return { site, render, browser, canaries: () => ({ samePort: samePort.hits, otherPort: otherPort.hits, datagrams }) }
}

const untouched = { samePort: 0, otherPort: 0, datagrams: 0 }

describeBrowser('a hostile page', () => {
  it('reaches no private address by fetch, frame, image, script, beacon, WebSocket, prefetch or WebRTC', async () => {
    const attacks = (canary: string, udpPort: number) => ({
      '/': html(`${filler}
        <link rel="preconnect" href="http://${canary}"><link rel="prefetch" href="http://${canary}/prefetch">
        <link rel="dns-prefetch" href="http://inside.example"><link rel="stylesheet" href="http://${canary}/a.css">
        <iframe src="http://${canary}/"></iframe><iframe src="http://inside.example/"></iframe>
        <iframe src="http://169.254.169.254/"></iframe><iframe src="file:///etc/passwd"></iframe>
        <img src="http://${canary}/a.png"><script src="http://${canary}/a.js"></script><ul></ul>
        <script>
          const say = (text) => { document.querySelector('ul').append(text + '; ') }
          const ask = (url) => fetch(url, { mode: 'no-cors' }).then((r) => say(url + ' ' + r.type), () => say(url + ' refused'))
          for (const url of ['http://${canary}/', 'http://localhost:${canary.split(':')[1]}/', 'http://[::ffff:127.0.0.1]:${canary.split(':')[1]}/',
            'http://inside.example/', 'http://127.0.0.2/', 'http://2130706434/', '/redirect', '/to-private', '/to-metadata', 'file:///etc/passwd']) ask(url)
          for (const url of ['ws://${canary}/', 'ws://inside.example/', 'wss://${canary}/']) {
            const socket = new WebSocket(url)
            socket.onerror = () => say(url + ' refused')
            socket.onopen = () => say(url + ' open')
          }
          navigator.sendBeacon('http://${canary}/beacon')
          new EventSource('http://${canary}/events')
          try { new WebTransport('https://${canary}/') } catch {}
          const peer = new RTCPeerConnection({ iceServers: [
            { urls: 'stun:127.0.0.1:${udpPort}' },
            { urls: 'turn:127.0.0.1:${udpPort}', username: 'u', credential: 'c' },
            { urls: 'turn:${canary}?transport=tcp', username: 'u', credential: 'c' },
          ] })
          peer.createDataChannel('c')
          peer.createOffer().then((offer) => peer.setLocalDescription(offer)).then(() => say('webrtc began'))
        </script>`),
    })
    const closed = await hostileWorld(attacks)
    const { html: rendered } = await closed.render('http://mau.test/')
    expect(closed.canaries()).toEqual(untouched)
    expect(rendered).toContain('webrtc began')
    expect(rendered).not.toMatch(/\/ open;|root:x/)
    // The proxy's own 403 is an opaque answer.
    for (const tried of [
      'inside.example/ opaque',
      '/redirect opaque',
      '/to-private opaque',
      'ws://inside.example/ refused',
    ]) {
      expect(rendered).toContain(tried)
    }
    // The same page does reach the canary where the operator has opened that address: the tries are real ones.
    const open = await hostileWorld(attacks, { allowCidrs: ['127.0.0.0/8'] })
    await open.render('http://mau.test/')
    expect(open.canaries().samePort).toBeGreaterThan(0)
  })

  it('that leads to a private address, or is one, is refused', async () => {
    const go = (to: string) => html(`${filler}<script>location.href = ${JSON.stringify(to)}</script>`)
    const { render, canaries } = await hostileWorld((canary) => ({
      '/script': go(`http://${canary}/`),
      '/name': go('http://inside.example/'),
      '/meta': html(`<meta http-equiv="refresh" content="0;url=http://${canary}/">`),
    }))
    const codes = await Promise.all(
      ['/redirect', '/to-private', '/to-metadata', '/script', '/name', '/meta'].map((path) =>
        render(`http://mau.test${path}`).then(String, (error) => error.code),
      ),
    )
    expect(codes).toEqual(Array(6).fill('SITE_BLOCKED'))
    for (const url of [
      'http://inside.example/',
      'http://127.0.0.2/',
      'http://0x7f.2/',
      'file:///etc/passwd',
      'data:,x',
      'chrome://version',
    ]) {
      await expect(render(url), url).rejects.toMatchObject({ code: 'SITE_BLOCKED' })
    }
    expect(canaries()).toEqual(untouched)
  })

  it('is not helped by a name whose second answer is private', async () => {
    const { render, canaries, site } = await hostileWorld(() => ({
      '/': html(`${filler}<p id="p"></p><script>
        fetch('/secret').then((r) => r.text(), () => 'refused').then((text) => { p.textContent = 'got: ' + text })
      </script>`),
    }))
    const { html: rendered } = await render('http://rebind.example/')
    expect(rendered).toContain('got: ')
    expect(rendered).not.toContain('got: secret')
    expect(site.requests).toEqual(['rebind.example/'])
    expect(canaries()).toEqual(untouched)
  })

  it('with dialogs, pop-ups, downloads, a service worker and prompts is read all the same', async () => {
    const { render, browser, site } = await hostileWorld(() => ({
      '/': html(`${filler}<script>
        alert('a'); confirm('b'); prompt('c')
        onbeforeunload = (event) => { event.preventDefault(); return 'stay' }
        for (let i = 0; i < 5; i++) window.open('/popup' + i)
        navigator.serviceWorker?.register('/sw.js').catch(() => {})
        navigator.geolocation.getCurrentPosition(() => {}, () => {})
        Notification.requestPermission()
        const a = document.createElement('a'); a.href = '/file'; a.download = 'a.exe'; document.body.append(a); a.click()
        print()
        document.body.append('done')
      </script>`),
      '/sw.js': 'setInterval(() => fetch("/from-worker"), 10)',
      '/file': 'MZ',
    }))
    expect((await render('http://mau.test/')).html).toContain('done')
    expect(site.requests).not.toContain('mau.test/from-worker')
    expect(browser.pids()).not.toEqual([])
  })

  it('that never ends is ended at its deadline, and the next one is rendered', async () => {
    const { render } = await hostileWorld(
      () => ({
        '/spin': html(`${filler}<script>for (;;) {}</script>`),
        '/late-spin': html(`${filler}<script>setTimeout(() => { for (;;) {} }, 100)</script>`),
        '/alerts': html(`${filler}<script>for (;;) alert(1)</script>`),
        '/reloads': html(`${filler}<script>location.reload()</script>`),
        '/good': html(filler),
      }),
      { pageDeadlineMs: 2_500 },
    )
    const startedMs = performance.now()
    const ended = await Promise.all(
      ['/spin', '/late-spin', '/alerts', '/reloads'].map((path) =>
        render(`http://mau.test${path}`).then(
          () => 'read',
          (error) => error.code,
        ),
      ),
    )
    expect(ended.slice(0, 3)).toEqual(Array(3).fill('SITE_UNREACHABLE'))
    // Two at once, two after another, each with its grace.
    expect(performance.now() - startedMs).toBeLessThan(2 * (2_500 + 2_500))
    expect((await render('http://mau.test/good')).html).toContain(filler.trim())
  })

  it('may neither read nor remember without end', async () => {
    const { render, site } = await hostileWorld(
      () => ({
        '/': html(`${filler}<script>
        const more = () => fetch('/large.js').then((r) => r.text()).then(more, () => {})
        more()
      </script>`),
        '/large.js': 'x'.repeat(1_000_000),
        '/heap': html(`${filler}<script>const all = []; for (;;) all.push(new Array(100_000).fill(0.5))</script>`),
      }),
      { maxBytesPerPage: 5_000_000, pageDeadlineMs: 15_000 },
    )
    await expect(render('http://mau.test/')).rejects.toMatchObject({ code: 'SITE_TOO_LARGE' })
    expect(site.requests.filter((request) => request.endsWith('/large.js')).length).toBeLessThanOrEqual(6)
    await expect(render('http://mau.test/heap')).rejects.toMatchObject({ code: 'SITE_TOO_LARGE' })
  })
})
