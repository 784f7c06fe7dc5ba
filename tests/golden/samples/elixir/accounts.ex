defmodule Shop.Accounts do
  @moduledoc """
  Opens, changes and closes accounts.
  """

  use GenServer, restart: :transient
  import Ecto.Query, only: [from: 2, where: 3]
  alias Shop.{Mailer, Repo}
  alias Shop.Accounts.User
  alias Shop.Billing.Invoice, as: Bill
  require Logger

  @behaviour Shop.Auditable
  @timeout 5_000
  @roles ~w(admin guest)a

  @type t :: %__MODULE__{name: String.t(), role: atom()}
  @typep key :: integer()
  @opaque token :: binary()

  defstruct [:name, role: :guest]

  @doc "Finds a user by its number."
  @spec get(integer(), keyword()) :: User.t() | nil
  def get(id, opts \\ [])

  def get(id, opts) when is_integer(id) and id > 0 do
    timeout = Keyword.get(opts, :timeout, @timeout)
    Repo.get(User, id, timeout: timeout)
  end

  def get(nil, _opts), do: nil

  @doc """
  Registers a user and sends the first mail.
  """
  @impl true
  def register(%{name: name} = params) do
    changeset = User.changeset(%User{}, params)

    with {:ok, user} <- Repo.insert(changeset),
         :ok <- Mailer.deliver(user.email, welcome(name)) do
      user |> audit(:registered) |> Bill.open(0)
      {:ok, user}
    else
      {:error, reason} -> fail(reason)
    end
  end

  def total(users) do
    sum = users |> Enum.map(fn user -> user.balance end) |> Enum.sum()
    if sum > 0 && length(users) > 1, do: sum, else: 0
  end

  def names(users), do: Enum.map(users, & &1.name)
  def upcased(users), do: Enum.map(users, &String.upcase/1)

  defp audit(user, event) do
    Logger.info("#{event} #{user.id}")
    :telemetry.execute([:shop, event], %{count: 1})
    user
  end

  defp fail(reason) do
    case reason do
      :taken -> {:error, :conflict}
      text when is_binary(text) -> {:error, text}
      _ -> raise ArgumentError, "unknown"
    end
  end

  defp welcome(name) do
    callback = fn subject -> "Hello " <> subject end
    callback.(name)
  end

  @doc "Logs and returns."
  defmacro traced(expression) do
    quote do
      Logger.debug(unquote(Macro.to_string(expression)))
      unquote(expression)
    end
  end

  defmacrop secret, do: 42
  defguard is_role(role) when role in @roles
  defdelegate size(users), to: Enum, as: :count

  def left <|> right, do: {left, right}

  def start_link do
    GenServer.start_link(__MODULE__, %{}, name: __MODULE__)
  end

  defmodule Error do
    @moduledoc false
    defexception message: "account error", code: 1

    def wrap(reason) do
      try do
        Shop.Accounts.get(reason)
      rescue
        error in RuntimeError -> error
      end
    end
  end
end

defmodule Shop.Auditable do
  @doc "Says what happened."
  @callback register(map()) :: {:ok, term()}
  @macrocallback traced(term()) :: Macro.t()
  @optional_callbacks register: 1
end

defprotocol Shop.Priced do
  @doc "The price in cents."
  def price(item)
end

defimpl Shop.Priced, for: Shop.Accounts do
  def price(account), do: Shop.Accounts.total([account])
end
