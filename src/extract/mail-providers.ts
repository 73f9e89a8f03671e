/** Domains where anybody may have an e-mail address: one there says nothing of whose website is whose. */
export const mailProviders: ReadonlySet<string> = new Set(
  `gmail.com googlemail.com hotmail.com hotmail.com.br outlook.com outlook.com.br live.com live.com.br msn.com
  yahoo.com yahoo.com.br ymail.com rocketmail.com icloud.com me.com mac.com aol.com proton.me protonmail.com
  zoho.com uol.com.br bol.com.br terra.com.br ig.com.br globo.com globomail.com oi.com.br r7.com zipmail.com.br
  superig.com.br brturbo.com.br veloxmail.com.br pop.com.br click21.com.br sercomtel.com.br onda.com.br
  netsite.com.br`.split(/\s+/),
)
