package app

fun greet() {
    main()
}
