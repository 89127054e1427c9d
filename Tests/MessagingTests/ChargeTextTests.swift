import Testing
import Time

@testable import Messaging

@Suite struct ChargeTextTests {
  @Test func `reminds of a charge`() throws {
    #expect(
      try text(.reminder) == """
        Olá, *Maria da Silva*!

        Passando para lembrar que a sua cobrança de *R$ 1.234,56* referente a *Mensalidade de janeiro* vence em \
        *18/01/2026*.

        Para pagar, acesse: https://www.asaas.com/i/abc_123

        Se você já pagou, por favor desconsidere esta mensagem.

        _Padaria do João_
        """)
  }

  @Test func `tells of a charge that is due today`() throws {
    #expect(
      try text(.dueToday) == """
        Olá, *Maria da Silva*!

        A sua cobrança de *R$ 1.234,56* referente a *Mensalidade de janeiro* vence *hoje, 18/01/2026*.

        Para pagar, acesse: https://www.asaas.com/i/abc_123

        Se você já pagou, por favor desconsidere esta mensagem.

        _Padaria do João_
        """)
  }

  @Test func `thanks for a payment, and asks for none`() throws {
    #expect(
      try text(.paymentConfirmed) == """
        Olá, *Maria da Silva*!

        Recebemos o seu pagamento de *R$ 1.234,56* referente a *Mensalidade de janeiro*. Muito obrigado!

        _Padaria do João_
        """)
  }

  @Test func `leaves out what is not known`() throws {
    #expect(
      try text(.reminder, customer: nil, summary: nil, link: nil, company: nil) == """
        Olá!

        Passando para lembrar que a sua cobrança de *R$ 1.234,56* vence em *18/01/2026*.

        Se você já pagou, por favor desconsidere esta mensagem.
        """)
    #expect(
      try text(.paymentConfirmed, customer: nil, summary: nil, company: nil, day: nil) == """
        Olá!

        Recebemos o seu pagamento de *R$ 1.234,56*. Muito obrigado!
        """)
  }

  @Test(arguments: [
    ("Maria", "Olá, *Maria*!"), ("  Maria \n\t Silva ", "Olá, *Maria Silva*!"), ("*Maria*", "Olá, *Maria*!"),
    ("Maria *", "Olá, *Maria*!"), ("* _ *", "Olá!"), ("_a_b_", "Olá, *ab*!"), ("José 😀", "Olá, *José 😀*!"),
    ("~a~ ```b```", "Olá, *a b*!"), ("Ma\0ria\u{85}", "Olá, *Ma ria*!"),
    ("D'Ávila & Cia. \"X\"", "Olá, *D'Ávila & Cia. \"X\"*!"),
  ])
  func `keeps a name from spoiling the markup`(name: String, greeting: String) throws {
    #expect(try text(.reminder, customer: name).split(separator: "\n").first.map(String.init) == greeting)
  }

  @Test func `signs with nothing rather than with bare markup`() throws {
    #expect(try text(.paymentConfirmed, summary: "**", company: "__").hasSuffix("*R$ 1.234,56*. Muito obrigado!"))
  }

  @Test(arguments: [
    (0, "R$ 0,00"), (5, "R$ 0,05"), (99, "R$ 0,99"), (100, "R$ 1,00"), (14_990, "R$ 149,90"), (99_999, "R$ 999,99"),
    (100_000, "R$ 1.000,00"), (123_456, "R$ 1.234,56"), (123_456_789, "R$ 1.234.567,89"),
    (10_000_000_000_000, "R$ 100.000.000.000,00"),
  ])
  func `writes amounts as Brazilians do`(cents: Int, amount: String) {
    #expect(ChargeText.reais(cents: cents) == amount)
  }

  private func text(
    _ occasion: ChargeNotification.Occasion, customer: String? = "Maria da Silva",
    summary: String? = "Mensalidade de janeiro", link: String? = "https://www.asaas.com/i/abc_123",
    company: String? = "Padaria do João", day: CalendarDate? = CalendarDate(year: 2026, month: 1, day: 18)
  ) throws -> String {
    let number = try #require(PhoneNumber("5511988887777"))
    return try ChargeText.text(
      for: ChargeNotification(
        occasion: occasion, tenant: #require(TenantID("t")), number: number, customer: customer, cents: 123_456,
        dueDate: day,
        summary: summary, paymentLink: link, company: company))
  }
}
